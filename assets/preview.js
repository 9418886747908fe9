// The preview follows the form while somebody writes; without this script the button "Show" does the same.
const form = document.querySelector("[data-preview]");
const here = document.querySelector("[data-preview-here]");
const said = document.querySelector("[data-preview-said]");
const PAUSE = 600;

let waiting;
let asked = 0;

const show = async () => {
  const mine = ++asked;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), redirect: "error" });
  // An answer that was overtaken by a later one is let go; so is an error page.
  if (!answer.ok || mine !== asked) return;
  // It comes from our own templates, with every word of the form escaped.
  here.innerHTML = await answer.text();
  said.textContent = "The preview is up to date.";
};

form?.addEventListener("input", () => {
  said.textContent = "";
  clearTimeout(waiting);
  waiting = setTimeout(() => show().catch(() => {}), PAUSE);
});
