// Passkeys: the browser asks the device, and the form carries the answer home.
// The forms are hidden in the page and only appear where the browser can do it; a password and a code always work.
const ways = {
  create: {
    read: (options) => PublicKeyCredential.parseCreationOptionsFromJSON(options),
    ask: (publicKey) => navigator.credentials.create({ publicKey }),
  },
  get: {
    read: (options) => PublicKeyCredential.parseRequestOptionsFromJSON(options),
    ask: (publicKey) => navigator.credentials.get({ publicKey }),
  },
};

export function passkeys(page) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of page.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
  for (const words of page.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
}

async function send(form) {
  const button = form.querySelector("button");
  const trouble = form.querySelector("[data-trouble]");
  button.disabled = true;
  trouble.hidden = true;
  try {
    const way = ways[form.dataset.passkey];
    const credential = await way.ask(way.read((await options(form)).publicKey));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // Cancelled, timed out, or no passkey on this device: the browser does not say which, to protect the person.
    trouble.hidden = false;
    button.disabled = false;
  }
}

// Where no one is known yet, the challenge is fetched with the press: one that waits in an open page runs out.
async function options(form) {
  if (!form.dataset.challenge) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.challenge, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}
