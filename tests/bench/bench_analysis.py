"""How well and how fast the analysis does on the patient feedback set: `python tests/bench/bench_analysis.py`.

Reads the set by path, from SOUNDINGS_BENCH_DATA or ../shared/data beside the repository; nothing of it is
kept. Each encoder runs in a process of its own, so that peak memory is its own. About six minutes.
"""

import csv
import datetime
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

FOLDER = Path(os.environ.get("SOUNDINGS_BENCH_DATA", Path(__file__).parents[3] / "shared" / "data"))
PACKAGES = ("numpy", "scipy", "scikit-learn", "nltk", "onnxruntime", "tokenizers", "vaderSentiment")
ENCODERS = ("semantic", "lexical")
FEELINGS = {"1": "positive", "2": "positive", "3": "mixed", "4": "negative", "5": "negative"}


def main():
    if not (FOLDER / "patient-feedback" / "comments.csv").exists():
        print(f"Skipped: the patient feedback set is not in {FOLDER}. Name its folder in SOUNDINGS_BENCH_DATA.")
        return
    print(f"{datetime.date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in PACKAGES))
    for encoder in ENCODERS:
        subprocess.run([sys.executable, __file__, encoder], check=True)


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def measure(kind):
    """Print all figures for one encoder."""
    from analysis.encoding import encoder

    texts, labels, feelings, themes = read()
    started, used = time.perf_counter(), time.process_time()
    model = encoder(kind).fitted(texts)
    print(f"\n{kind}: {model.name}")
    steps = pipeline(texts, labels, themes, model)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, seconds in steps:
        show(f"  {name}", f"{seconds:.1f} s")
    show(f"pipeline, {len(texts)} comments, {len(themes)} themes", f"{wall:.1f} s wall, {cpu:.1f} cpu-s, {peak} MB")
    show("theming, 5-fold: micro-F1, macro-F1, recall@3", theming(texts, labels, themes, model))
    show("linking: hit@1, hit@3", linking(texts, labels, themes, model))
    show("discovery, one-theme comments: NMI", discovery(texts, labels, model))
    show("sentiment, 5-fold: accuracy, macro-F1", sentiment(texts, feelings, model))


def read():
    with open(FOLDER / "patient-feedback" / "comments.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(FOLDER / "patient-feedback" / "themes.csv", newline="", encoding="utf-8") as file:
        themes = list(csv.DictReader(file))
    labels = [set(row["themes"].split(";")) for row in rows]
    return [row["text"] for row in rows], labels, [FEELINGS[row["sentiment"]] for row in rows], themes


def pipeline(texts, labels, themes, model):
    """Return the seconds of each step of a run with all labels at hand."""
    from analysis.codebook import ThemeClassifier
    from analysis.discovery import discover
    from analysis.linking import PriorityLinker

    classifier = ThemeClassifier(specs(themes), encoder=model)
    steps = {
        "encode": lambda: model.encode(texts),
        "fit": lambda: classifier.fit(texts, labels),
        "suggest_fitted": classifier.suggest_fitted,
        "discover": lambda: discover(texts, encoder=model),
        "link": lambda: PriorityLinker(plan(themes), encoder=model).learn(texts).rank(texts),
    }
    return [(name, seconds(step)) for name, step in steps.items()]


def theming(texts, labels, themes, model):
    from sklearn.metrics import f1_score

    from analysis.codebook import ThemeClassifier

    keys = [theme["key"] for theme in themes]
    predicted, recalls = [set()] * len(texts), np.zeros(len(texts))
    for inside, outside in folds(len(texts)):
        fitted = ThemeClassifier(specs(themes), encoder=model)
        fitted.fit([texts[i] for i in inside], [labels[i] for i in inside])
        unseen = [texts[i] for i in outside]
        for i, chosen, ranked in zip(outside, fitted.predict(unseen), fitted.suggest(unseen), strict=True):
            predicted[i] = chosen
            recalls[i] = len({each.theme for each in ranked[:3]} & labels[i]) / len(labels[i])
    true, found = (np.array([[key in row for key in keys] for row in rows]) for rows in (labels, predicted))
    scores = [f1_score(true, found, average=average, zero_division=0) for average in ("micro", "macro")]
    return figures(*scores, recalls.mean())


def linking(texts, labels, themes, model):
    from analysis.linking import PriorityLinker

    ranked = PriorityLinker(plan(themes), encoder=model).learn(texts).rank(texts)
    best = [[each.priority for each in row[:3]] for row in ranked]
    first = np.mean([row[0] in keys for row, keys in zip(best, labels, strict=True)])
    return figures(first, np.mean([bool(keys & set(row)) for row, keys in zip(best, labels, strict=True)]))


def discovery(texts, labels, model):
    from sklearn.metrics import normalized_mutual_info_score

    from analysis.discovery import discover

    single = [(text, *keys) for text, keys in zip(texts, labels, strict=True) if len(keys) == 1]
    sizes = Counter(key for _, key in single)
    kept = [(text, key) for text, key in single if sizes[key] >= 10]
    true = [key for _, key in kept]
    found = discover([text for text, _ in kept], n_topics=len(set(true)), encoder=model)
    placed = [-1 if place is None else place for place in found.assigned]
    return f"{figures(normalized_mutual_info_score(true, placed))}, stability {found.stability:.2f}, n {len(kept)}"


def sentiment(texts, feelings, model):
    from sklearn.metrics import accuracy_score, f1_score

    from analysis.sentiment import SentimentClassifier

    predicted = [""] * len(texts)
    for inside, outside in folds(len(texts)):
        fitted = SentimentClassifier(encoder=model).fit([texts[i] for i in inside], [feelings[i] for i in inside])
        for i, feeling in zip(outside, fitted.predict([texts[i] for i in outside]), strict=True):
            predicted[i] = feeling
    return figures(accuracy_score(feelings, predicted), f1_score(feelings, predicted, average="macro"))


def folds(count):
    dealt = np.random.default_rng(20).permutation(count) % 5
    return [(np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)) for fold in range(5)]


def specs(themes):
    from analysis.documents import ThemeSpec

    return [ThemeSpec(theme["key"], theme["name"], theme["description"]) for theme in themes]


def plan(themes):
    from analysis.documents import PrioritySpec

    return [PrioritySpec(theme["key"], theme["name"], theme["description"]) for theme in themes]


def seconds(step):
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def figures(*values):
    return "  ".join(f"{value:.3f}" for value in values)


def show(what, value):
    print(f"{what:<52} {value}", flush=True)


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
