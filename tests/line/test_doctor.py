"""`/goal doctor`: what is wrong with the set-up, said in the thread that asked."""

from tests.peers.house import House


async def test_the_doctor_says_what_is_wrong_and_what_to_do(house: House) -> None:
    thread = await house.say("demo", "/goal doctor")
    said = await house.shown(thread, lambda m: "examined" in m["text"])
    assert "Commands run with limits" in said["text"]
