// Where the focus goes and whether it can be seen, while somebody presses Tab: see `looking.py`.
(() => {
  const { all, called, style, shown } = window.looking;
  const PARTS = [null, "::before", "::after"];
  const DRAWN = ["boxShadow", "backgroundColor", "color", "borderColor", "borderStyle", "borderWidth", "position", "clipPath",
    "textDecorationLine", "textDecorationThickness", "textDecorationColor"];
  const around = (stop) => [stop, stop.nextElementSibling, stop.parentElement, stop.labels?.[0]].filter(Boolean);

  // How a stop looks; an outline that nobody can see is none.
  const drawn = (stop) => around(stop).flatMap((element) => PARTS.map((part) => {
    const now = style(element, part);
    const outlined = now.outlineStyle !== "none" && parseFloat(now.outlineWidth) > 0
      && now.outlineColor !== "rgba(0, 0, 0, 0)";
    return [outlined ? `${now.outlineStyle} ${now.outlineWidth} ${now.outlineColor}` : "", ...DRAWN.map((name) => now[name])];
  })).join("|");

  // What Tab should reach, in the order in which it is read; a group of radios is one stop.
  const stops = () => {
    const chosen = (radio) => {
      const group = all(`input[type=radio][name="${CSS.escape(radio.name)}"]`);
      return group.find((other) => other.checked) ?? group[0];
    };
    return all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]").filter((element) =>
      element.tabIndex >= 0 && !element.disabled && !element.closest("[hidden]") && style(element).visibility === "visible"
      && element.getClientRects().length && (element.type !== "radio" || chosen(element) === element));
  };

  const covered = (stop) => {
    const box = stop.getClientRects()[0];
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (right - left < 1 || bottom - top < 1) return true;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return !(hit && (stop.contains(hit) || hit.contains(stop) || [...(stop.labels ?? [])].some((l) => l.contains(hit))));
  };

  let walk;

  // Stand before the first stop, and note each one that Tab reaches.
  const begin = () => {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    const expected = stops();
    walk = { expected, before: expected.map(drawn), reached: [], faults: [] };
    walk.note = (event) => {
      if (event.key !== "Tab") return;
      const stop = document.activeElement;
      walk.reached.push(stop);
      const place = walk.expected.indexOf(stop);
      if (place < 0) return;
      if (drawn(stop) === walk.before[place]) walk.faults.push(`nothing shows that the focus is on ${called(stop)}`);
      if (covered(stop)) walk.faults.push(`the focus is on ${called(stop)}, which cannot be seen`);
    };
    document.addEventListener("keyup", walk.note);
    return expected.length;
  };

  const end = () => {
    document.removeEventListener("keyup", walk.note);
    const { expected, reached, faults } = walk;
    const wrong = expected.findIndex((stop, place) => stop !== reached[place]);
    if (wrong >= 0) {
      const instead = reached[wrong] ? called(reached[wrong]) : "nothing";
      faults.push(`Tab ${wrong + 1} leads to ${instead}, not to ${called(expected[wrong])}`);
    }
    if (expected.length > 1 && reached[expected.length] === expected.at(-1)) faults.push("Tab does not lead on from the end");
    document.activeElement?.blur();
    return faults;
  };

  // Asked while the browser pretends that the system chooses all colours: only lines are left then.
  const forced = () => {
    const faults = [];
    const lines = (stop) => around(stop).flatMap((element) => PARTS.map((part) => {
      const now = style(element, part);
      const outline = now.outlineStyle !== "none" ? now.outlineWidth : "";
      return [outline, now.borderStyle, now.borderWidth, now.textDecorationLine, now.textDecorationThickness, now.clipPath];
    })).join("|");
    for (const stop of stops()) {
      document.activeElement?.blur();
      const before = lines(stop);
      const { borderStyle, outlineStyle, textDecorationLine } = style(stop);
      const edge = [borderStyle, outlineStyle, textDecorationLine].some((line) => line !== "none");
      stop.focus({ focusVisible: true });
      if (lines(stop) === before) faults.push(`nothing shows that the focus is on ${called(stop)}`);
      if (stop.matches("button, .govuk-button") && shown(stop) && !edge) faults.push(`${called(stop)} has no edge`);
    }
    document.activeElement?.blur();
    return faults;
  };

  Object.assign(window.looking, { begin, end, forced });
})();
