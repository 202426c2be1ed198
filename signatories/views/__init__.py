"""Pages: `public` is the same for everyone; `private` is behind the links that mails carry."""
