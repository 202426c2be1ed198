"""The defence against abuse of signing. `decision` is where all of it meets one signing."""
