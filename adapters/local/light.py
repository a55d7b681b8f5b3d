"""FastAPI, without the models of an OpenAPI document being built before somebody asks for one: a twentieth of the start."""

from pydantic import BaseModel

BaseModel.model_config["defer_build"] = True
try:
    import fastapi  # noqa: F401
finally:
    del BaseModel.model_config["defer_build"]
