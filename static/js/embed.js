// Sizes frames of this site on your page to their content:
//   <script src="https://…/embed.js" async></script>
// It loads nothing, stores nothing, and accepts only messages from this site's frames.
{
  const site = new URL(document.currentScript.src).origin;
  const frames = () => document.querySelectorAll(`iframe[src^="${site}/"]`);

  window.addEventListener("message", ({ origin, source, data }) => {
    const height = data?.undersigned?.height;
    if (origin !== site || !Number.isFinite(height)) return;
    for (const frame of frames()) {
      if (frame.contentWindow !== source) continue;
      // The frame's borders on this page are not part of its content.
      const edges = frame.offsetHeight - frame.clientHeight;
      frame.style.height = `${Math.min(Math.max(height, 0), 20000) + edges}px`;
    }
  });

  // Frames loaded before this script: ask for their height.
  for (const frame of frames()) frame.contentWindow?.postMessage({ undersigned: "height?" }, "*");
}
