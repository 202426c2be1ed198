// Gives frames of this site on a page of yours the height of what is in them:
//   <script src="https://…/embed.js" async></script>
// It loads nothing, stores nothing, and heeds only messages of its own site's frames.
{
  const site = new URL(document.currentScript.src).origin;

  window.addEventListener("message", ({ origin, source, data }) => {
    const height = data?.undersigned?.height;
    if (origin !== site || !Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow !== source) continue;
      // Borders that the page gives the frame are not part of what is in it.
      const edges = frame.offsetHeight - frame.clientHeight;
      frame.style.height = `${Math.min(Math.max(height, 0), 20000) + edges}px`;
    }
  });
}
