"""The public API: read-only, versioned, described by /api/openapi.json.

Responses, parameter checks and the OpenAPI document are all generated from the types in `responses`
and `parameters`.
"""
