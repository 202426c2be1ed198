// Does the letter's proof of work while the form is filled in and puts the proof into it, so that a
// flood of forms without proofs holds nobody up. It looks for the number whose key begins as the
// challenge says (PBKDF2), a few keys at a time and off the page's own thread, so typing never
// waits. Whatever goes wrong, the form is sent all the same: without a proof its mail only takes
// longer.

const SLICE = 8; // keys made at a time
const FRESH = 15 * 60_000; // milliseconds; the site takes a proof for 20 minutes
const PATIENCE = 20_000; // milliseconds that sending waits for a proof

const form = document.querySelector("form[data-proof]");
let work; // the promise of a proof
let begun = 0;
let waiting = false; // for a proof, before the form is sent
let ready = false; // to be sent now, with a proof or without

const toBytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function keyOf(parameters, counter) {
  const nonce = toBytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = {
    name: "PBKDF2",
    hash: parameters.algorithm.split("/")[1],
    salt: toBytes(parameters.salt),
    iterations: parameters.cost,
  };
  const bits = await crypto.subtle.deriveBits(how, material, parameters.keyLength * 8);
  return toHex(new Uint8Array(bits));
}

async function solve(parameters) {
  const until = Date.now() + FRESH;
  for (let first = 0; Date.now() < until; first += SLICE) {
    const counters = Array.from({ length: SLICE }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => keyOf(parameters, counter)));
    const place = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (place >= 0) return { counter: counters[place], derivedKey: keys[place] };
    await pause();
  }
  throw new Error("no number found");
}

async function prove() {
  const answer = await fetch(form.dataset.proof, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const challenge = await answer.json();
  const solution = await solve(challenge.parameters);
  form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
}

/** Begin, unless a proof is at hand or on its way that the site will still take. */
function begin() {
  if (work && Date.now() - begun < FRESH) return work;
  begun = Date.now();
  form.elements.proof.value = "";
  work = prove().catch(() => {
    work = undefined;
  });
  return work;
}

async function send(event) {
  if (ready || (form.elements.proof.value && Date.now() - begun < FRESH)) return;
  event.preventDefault();
  if (waiting) return;
  waiting = true;
  await Promise.race([begin(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  waiting = false;
  ready = true;
  form.requestSubmit(event.submitter);
  ready = false;
}

/** A proof can be used once, so a page that comes back needs another one. */
function forget() {
  form.elements.proof.value = "";
  work = undefined;
}

if (form && window.crypto?.subtle) {
  forget();
  form.addEventListener("focusin", begin);
  form.addEventListener("submit", send);
  window.addEventListener("pageshow", (event) => event.persisted && forget());
}
