"""Names of models that say where they are asked: litellm takes an address, or a part of one, out of some of them."""

from __future__ import annotations

import re

_ADDRESS = "://"
"""oobabooga and huggingface ask the address that stands in place of a model's name, whatever the settings say."""

_BESIDE = re.compile(r"nlp_cloud/")
"""The model's name is put right behind the address, so that it may go on with the name of its host."""

_HOST = re.compile(r"agentcore/|^baseten/(?:baseten/)*[a-z0-9]{8}\s*$")
"""A piece of the name becomes a piece of the host's: the region in an ARN, the number of somebody's deployment."""


def addressed(model: str) -> bool:
    """Whether the name of a model decides which host is asked, beyond the choice of a provider."""
    name = model.lower()
    return _ADDRESS in name or bool(_BESIDE.match(name) or _HOST.search(name))
