"""A letter on other sites: frames, the script that sizes them, and oEmbed."""
