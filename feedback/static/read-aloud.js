// Reads a page aloud with a voice that is on the device: nothing that stands here leaves it. Without such a voice for the
// page's language there is no button.
const button = document.querySelector("[data-read-aloud]");
const voices = window.speechSynthesis;

const voice = () => {
  const language = document.documentElement.lang.toLowerCase();
  return voices.getVoices().find((one) => one.localService && one.lang.toLowerCase().replace("_", "-").split("-")[0] === language);
};

// What is read, in the order of the page: each piece once, and nothing that cannot be seen.
const PIECES = "h1, h2, p, li, dt, dd, legend, label, .govuk-hint, .govuk-error-message";
const pieces = () =>
  [...document.querySelectorAll(`.page__text :is(${PIECES})`)].filter(
    (piece) => !piece.querySelector(PIECES) && !piece.closest("nav, .unchecked, [hidden]") && piece.getClientRects().length && piece.textContent.trim(),
  );

// A long text would be cut off by some voices, so sentences are read one by one.
const sentences = (text) =>
  Intl.Segmenter
    ? [...new Intl.Segmenter(document.documentElement.lang, { granularity: "sentence" }).segment(text)].map((part) => part.segment.trim())
    : text.split(/(?<=[.!?؟۔])\s+/);

let reading = null;

const stop = () => {
  reading = null;
  voices.cancel();
  document.querySelector(".is-read")?.classList.remove("is-read");
  button.textContent = button.dataset.readAloud;
};

const next = (queue, run) => {
  if (run !== reading) return;
  document.querySelector(".is-read")?.classList.remove("is-read");
  const [first, ...rest] = queue;
  if (!first) return stop();
  first.piece.classList.add("is-read");
  const spoken = new SpeechSynthesisUtterance(first.sentence);
  spoken.voice = voice();
  spoken.lang = document.documentElement.lang;
  spoken.rate = 0.9;
  spoken.onend = () => next(rest, run);
  spoken.onerror = () => run === reading && stop();
  voices.speak(spoken);
};

if (button && voices) {
  const offer = () => {
    button.hidden = !voice();
  };
  offer();
  voices.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => {
    if (reading) return stop();
    voices.cancel();
    button.textContent = button.dataset.stop;
    const run = (reading = {});
    const queue = pieces().flatMap((piece) =>
      sentences(piece.textContent.replace(/\s+/g, " ").trim())
        .filter(Boolean)
        .map((sentence) => ({ piece, sentence })),
    );
    // Right after a cancel some browsers lose the first words.
    setTimeout(() => next(queue, run), 50);
  });
  addEventListener("pagehide", () => reading && stop());
}
