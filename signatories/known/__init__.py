"""Imported registers: what they know of bodies before these sign.

A body is added to our own register only when it signs. Until then its data is used for recognition,
and afterwards given to the organisation, with its source; what staff enter takes precedence.
"""
