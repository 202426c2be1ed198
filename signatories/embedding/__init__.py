"""A letter on other sites: in frames, sized by a script, found by oEmbed."""
