"""The media plane: takes what publishers push, packages it for players and records it.

It knows no domain and no database: it asks the API by hooks who may publish and tells it what happened.
"""
