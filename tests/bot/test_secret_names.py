"""What of an environment is a secret."""

from pathlib import Path

import pytest

from bot.secret_names import hidden, is_secret, parted

LONG = "tH1s-is-l0ng-enough"


@pytest.mark.parametrize(
    "name",
    [
        *("OPENAI_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "HF_TOKEN"),
        *(
            "GOALWARD_MODEL__API_KEY",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "GOALWARD_LOCAL__KEY",
            "GOALWARD_SLACK__SIGNING_SECRET",
            "WATSONX_APIKEY",
        ),
        *(
            "PGPASSWORD",
            "MYSQL_PWD",
            "DB_PASS",
            "GPG_PASSPHRASE",
            "SENTRY_DSN",
            "GH_PAT",
            "DOCKER_AUTH_CONFIG",
        ),
        *("my_token", "KEYS_1", "GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)
def test_a_name_that_promises_a_secret_is_one(name: str) -> None:
    assert is_secret(name, LONG)


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "HOME", "PWD", "OLDPWD", "LANG", "USER", "TERM", "SHLVL", "XAUTHORITY", "KEYTIMEOUT"),
        *("COLORTERM", "PYTHONPATH", "VIRTUAL_ENV", "XDG_STATE_HOME", "GOALWARD_DEFAULTS__MAX_TURNS"),
        *("GOALWARD_MODEL__AGENT", "GOALWARD_RUN", "GOALWARD_ENVELOPE", "PASSAGE", "AUTHOR", "TOKENIZERS"),
    ],
)
def test_other_names_are_none(name: str) -> None:
    assert not is_secret(name, LONG)


def test_a_name_that_means_a_file_holds_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.touch()
    found = [is_secret("GOOGLE_APPLICATION_CREDENTIALS", str(file)), is_secret("A_KEY", str(tmp_path / "no"))]
    assert found == [False, True]


def test_an_address_with_a_password_is_a_secret_whatever_its_name() -> None:
    environ = {
        "GOALWARD_STORE": "postgresql+psycopg://ana:hush-hush@db/goals",
        "HTTPS_PROXY": "http://ana:pr0xy-word@proxy:3128",
        "NO_PROXY": "127.0.0.1",
        "GOALWARD_MODEL__BASE_URL": "https://models.example/v1",
    }
    public, secret = parted(environ)
    assert (list(public), list(secret)) == (
        ["NO_PROXY", "GOALWARD_MODEL__BASE_URL"],
        ["GOALWARD_STORE", "HTTPS_PROXY"],
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("postgresql://ana:hush-hush@db/goals", ("hush-hush",)),
        (LONG, (LONG,)),
        ("filesystem", ()),
        ("true", ()),
        ("1234", ()),
        ("correcthorsebattery", ("correcthorsebattery",)),
    ],
)
def test_of_an_address_the_password_is_hidden_and_common_words_are_not(
    value: str, told: tuple[str, ...]
) -> None:
    assert hidden(value) == told
