// What a program can see of the faults of a page, looked at in the browser itself. Each function returns sentences.
// `looking.py` says which of them are asked when.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
  const called = (element) =>
    `${element.localName}${element.id ? `#${element.id}` : ""} “${(words(element) || element.value || "").slice(0, 40)}”`;
  const style = (element, part = null) => getComputedStyle(element, part);
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && style(element).visibility === "visible";
  };

  // One heading, one main part, groups with a legend, descriptions that describe, errors that are tied to their box.
  const structure = (errorWord, grouped = "input[type=radio], input[type=checkbox]") => {
    const faults = [];
    const one = { h1: "h1", main: "main", banner: "body > header", contentinfo: "body > footer", title: "head > title" };
    for (const [name, selector] of Object.entries(one)) {
      const found = all(selector);
      const silent = !words(found[0]) && name !== "contentinfo";  // a poster has none of its links
      if (found.length !== 1 || silent) faults.push(`${found.length} ${name}, or nothing in it`);
    }
    const ids = all("[id]").map((element) => element.id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`two elements are ${id}`);
    for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls"]) {
      for (const element of all(`[${attribute}]`)) {
        for (const id of element.getAttribute(attribute).split(/\s+/)) {
          const other = document.getElementById(id);
          if (!other) faults.push(`${attribute} of ${called(element)} names ${id}, which is not there`);
          else if (attribute !== "aria-controls" && !words(other)) faults.push(`${attribute} ${id} is empty`);
        }
      }
    }
    for (const name of new Set(all(grouped).map((input) => input.name))) {
      for (const input of all(`input[name="${CSS.escape(name)}"]`)) {
        if (!words(input.closest("fieldset")?.querySelector(":scope > legend"))) faults.push(`no legend for ${name}`);
        if (!input.hidden && !words(input.labels?.[0])) faults.push(`no label for ${called(input)}`);
      }
    }
    for (const element of all("[required], [autofocus], [placeholder], [accesskey]")) {
      faults.push(`required, autofocus, placeholder or accesskey on ${called(element)}`);
    }
    for (const element of all("[tabindex]")) if (element.tabIndex > 0) faults.push(`tabindex of ${called(element)}`);
    return faults.concat(errors(errorWord));
  };

  const errors = (errorWord) => {
    const faults = [];
    const summary = document.querySelector(".govuk-error-summary");
    const titled = document.title.startsWith(`${errorWord}:`);
    if (titled !== Boolean(summary)) faults.push(`the title is “${document.title}”, with ${summary ? "an" : "no"} error`);
    for (const message of all(".govuk-error-message:not([aria-hidden=true])")) {
      if (!summary) faults.push("an error without a summary");
      if (!words(message)) faults.push("an empty error");
      if (!all("[aria-describedby]").some((e) => e.getAttribute("aria-describedby").split(/\s+/).includes(message.id))) {
        faults.push(`no box is described by its error “${words(message)}”`);
      }
    }
    if (summary && !words(summary.querySelector("ul, p"))) faults.push("the summary says nothing");
    for (const link of summary ? all("a", summary) : []) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target?.matches("input:not([type=hidden]), textarea, select")) faults.push(`“${words(link)}” leads nowhere`);
    }
    return faults;
  };

  const landmarks = () => all("nav, [role=navigation]")
    .filter((nav) => shown(nav) && !all("a, button", nav).some(shown))
    .map((nav) => `nothing in ${called(nav)}`);

  // Which language the page says it is in, and which way it runs.
  const language = (code, direction) => {
    const root = document.documentElement;
    const faults = [];
    if (root.lang !== code) faults.push(`lang is “${root.lang}”, not ${code}`);
    if (root.dir !== direction || style(document.body).direction !== direction) faults.push(`dir is “${root.dir}”`);
    const sheets = all("link[rel=stylesheet]").map((link) => link.href);
    if (sheets.some((href) => href.includes(".rtl.")) !== (direction === "rtl")) faults.push(`the stylesheet is ${sheets}`);
    return faults;
  };

  // Every text in the language of the page, those of its attributes among them.
  const texts = () => {
    const found = [];
    const code = document.documentElement.lang;
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, [translate=no]")) return;
      if (node.lang && node.lang !== code) return;
      for (const { name, value } of node.attributes) {
        if (["alt", "aria-label", "placeholder", "title"].includes(name) || name.startsWith("data-i18n")) found.push(value);
      }
      if (node.matches("input[type=submit], input[type=button]")) found.push(node.value);
      node.childNodes.forEach(walk);
    };
    walk(document.documentElement);
    return [...new Set(found.map((text) => text.trim()).filter(Boolean))];
  };

  // 44 by 44 pixels for whatever is pressed; a link within a sentence is as high as the sentence.
  const targets = (selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]") => {
    const faults = [];
    const inSentence = (link) => {
      if (style(link).display !== "inline") return false;
      let block = link.parentElement;
      while (style(block).display === "inline") block = block.parentElement;
      const links = all("a", block).reduce((sum, other) => sum + words(other).length, 0);
      return words(block).length > links + 2;
    };
    for (const target of all(selector)) {
      const box = (style(target, "::after").position === "absolute" ? target.offsetParent : target).getBoundingClientRect();
      if (!shown(target) || style(target).clipPath !== "none" || (target.localName === "a" && inSentence(target))) continue;
      if (box.width < 43.5 || box.height < 43.5) {
        faults.push(`${called(target)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
      }
    }
    return faults;
  };

  const overflow = () => {
    const root = document.documentElement;
    const wide = root.scrollWidth - root.clientWidth;
    if (wide <= 0) return [];
    const widest = all("body *").filter((e) => shown(e)).map((e) => [e.getBoundingClientRect(), e])
      .find(([box]) => box.right > root.clientWidth + 0.5 || box.left < -0.5);
    return [`${wide} px too wide: ${widest ? called(widest[1]) : "?"}`];
  };

  const clipped = () => {
    const faults = [];
    for (const element of all("body *")) {
      if (!shown(element) || !words(element) || element.matches("textarea, svg *, option")) continue;
      const { overflowX, overflowY, display } = style(element);
      const wide = element.scrollWidth - element.clientWidth;
      const high = element.scrollHeight - element.clientHeight;
      const cut = (overflowX !== "visible" && wide > 1) || (overflowY !== "visible" && high > 1);
      const spilt = display !== "inline" && element.matches("a, button, label, summary") && (wide > 4 || high > 4);
      if (cut || spilt) faults.push(`text is cut or spills out of ${called(element)}`);
    }
    return faults;
  };

  const reflow = () => [...overflow(), ...clipped()];

  const styled = (css, look) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const before = [...document.adoptedStyleSheets];
    document.adoptedStyleSheets = [...before, sheet];
    try {
      return look();
    } finally {
      document.adoptedStyleSheets = before;
    }
  };

  // WCAG 1.4.12.
  const spacing = () => styled(
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
      + " p { margin-bottom: 2em !important }", reflow);

  // WCAG 1.4.4: letters twice as large.
  const larger = () => {
    const sized = all("body *").filter((e) => shown(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
    const before = sized.map((element) => parseFloat(style(element).fontSize));
    return styled("html { font-size: 200% !important }", () => [
      ...sized.filter((e, place) => parseFloat(style(e).fontSize) < 1.9 * before[place]).map((e) => `${called(e)} stays small`),
      ...reflow(),
    ]);
  };

  // Asked while the browser pretends that somebody wants less motion.
  const motion = () => {
    const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
    const faults = [];
    for (const element of all("*")) {
      for (const part of [null, "::before", "::after"]) {
        const { animationName, animationDuration, transitionDuration } = style(element, part);
        if (animationName !== "none" && lasts(animationDuration)) faults.push(`${called(element)} moves`);
        if (lasts(transitionDuration)) faults.push(`${called(element)} glides`);
      }
    }
    return faults;
  };

  const outside = () => all("[src], link[href], form[action]")
    .map((element) => element.src || element.href || element.action)
    .filter((url) => new URL(url).protocol !== "data:" && new URL(url).origin !== location.origin);

  window.looking = { ...window.looking, all, called, style, shown };
  Object.assign(window.looking, { structure, landmarks, language, texts, targets, overflow, reflow, spacing, larger, motion, outside });
})();
