"""Registers that are imported: what they know of bodies before any of these signs.

A body comes on our register only when it signs. What its register says is used for recognition and
given to the organisation then, with its source; what staff say stands above it.
"""
