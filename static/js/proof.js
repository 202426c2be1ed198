// Computes the letter's proof of work while the form is filled in, so that a flood of forms without
// proofs delays nobody else. It searches for the number whose PBKDF2 key starts with the challenge's
// prefix, a few keys at a time and off the main thread, so that typing is never blocked. If anything
// fails, the form is sent without a proof, and its mail only takes longer.

const SLICE = 8; // keys computed at a time
const FRESH = 15 * 60_000; // milliseconds; the site accepts a proof for 20 minutes
const PATIENCE = 20_000; // milliseconds that submitting waits for a proof

const form = document.querySelector("form[data-proof]");
let work; // the promise of a proof
let begun = 0;
let waiting = false; // for a proof, before the form is sent
let ready = false; // send now, with a proof or without

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
  const response = await fetch(form.dataset.proof, { cache: "no-store" });
  if (!response.ok) throw new Error(response.statusText);
  const challenge = await response.json();
  const solution = await solve(challenge.parameters);
  form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
}

/** Start, unless there is already a proof, finished or not, that the site will still accept. */
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

/** A proof can be used only once, so a page from the back-forward cache needs a new one. */
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
