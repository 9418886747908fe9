// A shared tablet: when nobody touches it for a while it asks, and then everything is wiped.
const question = document.querySelector("[data-idle]");
const idle = Number(question.dataset.idle) * 1000;
const warning = Number(question.dataset.warning) * 1000;
const left = question.querySelector("[data-left]");
let touched = Date.now();

const stay = () => {
  touched = Date.now();
  if (question.open) question.close();
};

// Pages that were left are gone: this one takes its place in the history and shows nothing while the next one loads.
const wipe = () => {
  clearInterval(clock);
  document.documentElement.hidden = true;
  location.replace(question.dataset.over);
};

const look = () => {
  const quiet = Date.now() - touched;
  if (quiet >= idle + warning) wipe();
  else if (quiet >= idle) {
    if (!question.open) question.showModal();
    left.textContent = Math.ceil((idle + warning - quiet) / 1000);
  }
};

// By the clock and not by counting: a tablet that slept wipes itself when it wakes.
const clock = setInterval(look, 500);
document.addEventListener("visibilitychange", look);

// While it asks, only its button counts: whoever passes by and touches the screen is not who was here.
for (const name of ["pointerdown", "keydown", "input", "scroll"]) {
  document.addEventListener(name, () => question.open || stay(), { capture: true, passive: true });
}
question.querySelector("[data-still-there]").addEventListener("click", stay);
question.addEventListener("cancel", stay);

// A page that the browser kept is not shown again.
addEventListener("pageshow", (event) => event.persisted && location.reload());
