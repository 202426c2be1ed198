"""The programming interface: read-only, versioned, described by /api/openapi.json.

`answers` and `questions` are the types of what is told and asked; answers, checks and the OpenAPI
document are all made from them.
"""
