// Within a frame on another site: tells the page around it how high this page is (see embed.js),
// and brings what is wrong with a form, or that it was sent, to the reader's attention.

const tell = () => {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  // Any site may frame this page, so it cannot name the one that does; a height is no secret.
  parent.postMessage({ undersigned: { height } }, "*");
};

if (parent !== window) {
  new ResizeObserver(tell).observe(document.documentElement);
  window.addEventListener("message", ({ source }) => {
    if (source === parent) tell();
  });
}

// Browsers heed no autofocus in frames of other sites.
document.querySelector("#errors, #sent")?.focus();
