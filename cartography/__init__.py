"""Build the world map that pages draw on. Runs only when the map is built, never on the site.

`make map` writes signatories/figures/world.json from Natural Earth's countries at 1:50 million,
which are in the public domain. places.toml has what else the site needs.
"""
