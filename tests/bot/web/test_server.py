import asyncio
import socket

import httpx

from bot.web.server import bind, serving, url_of


async def test_it_answers_on_the_port_it_was_bound_to_as_soon_as_the_block_begins(web):
    bound = bind("127.0.0.1", 0)
    async with serving(web.app, bound, end_streams=web.adapter.feed.close), httpx.AsyncClient() as client:
        assert (await client.get(f"{url_of(bound)}healthz")).status_code == 200


async def test_an_open_stream_hears_what_is_said_and_does_not_hold_up_the_end(web):
    bound = bind("127.0.0.1", 0)
    key = {"Authorization": f"Bearer {web.key}"}
    async with asyncio.timeout(10), httpx.AsyncClient(base_url=url_of(bound), headers=key) as client:
        async with serving(web.app, bound, end_streams=web.adapter.feed.close):
            request = client.build_request("GET", "/api/events")
            stream = await client.send(request, stream=True)
            lines = stream.aiter_lines()
            while await anext(lines) != "event: hello":
                pass
            await client.post("/api/channels/demo/messages", json={"user": "ana", "text": "hello"})
            while await anext(lines) != "event: message":
                pass
            stopping = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - stopping < 3
        await stream.aclose()


async def test_the_port_is_free_again_after_the_end(web):
    bound = bind("127.0.0.1", 0)
    port = bound.getsockname()[1]
    async with serving(web.app, bound, end_streams=web.adapter.feed.close):
        pass
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_an_address_of_six_is_written_in_brackets():
    with bind("::1", 0) as bound:
        assert url_of(bound) == f"http://[::1]:{bound.getsockname()[1]}/"
