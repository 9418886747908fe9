// Joins our passkey forms to Flask-Security's handleRegister and handleSignin, which ask the browser for a passkey.
const form = document.querySelector("[data-passkey]");

async function answer() {
  const ask = form.dataset.passkey === "register" ? window.handleRegister : window.handleSignin;
  const message = form.querySelector("[data-passkey-message]");
  message.textContent = "Waiting for your passkey…";
  const { credential } = await ask(form.dataset.options);
  if (credential) {
    form.elements.namedItem("credential").value = credential;
    form.submit();
  } else {
    message.textContent = "That did not work. Go back and try again, or sign in another way.";
  }
}

if (form) {
  answer();
}
