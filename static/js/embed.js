// Gives frames of this site on a page of yours the height of what is in them:
//   <script src="https://…/embed.js" async></script>
// It loads nothing, stores nothing, and heeds only messages of its own site's frames.
{
  const site = new URL(document.currentScript.src).origin;
  const frames = () => document.querySelectorAll(`iframe[src^="${site}/"]`);

  window.addEventListener("message", ({ origin, source, data }) => {
    const height = data?.undersigned?.height;
    if (origin !== site || !Number.isFinite(height)) return;
    for (const frame of frames()) {
      if (frame.contentWindow !== source) continue;
      // Borders that the page gives the frame are not part of what is in it.
      const edges = frame.offsetHeight - frame.clientHeight;
      frame.style.height = `${Math.min(Math.max(height, 0), 20000) + edges}px`;
    }
  });

  // Those that were there before this script have told their height to nobody.
  for (const frame of frames()) frame.contentWindow?.postMessage({ undersigned: "height?" }, "*");
}
