"""Makes the map of the world that pages draw on. It runs when the map is made, never on the site.

`make map` writes signatories/figures/world.json from Natural Earth's countries at 1:50 million,
which are in the public domain. places.toml holds what the site needs beyond them.
"""
