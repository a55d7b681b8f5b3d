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


async def test_who_only_holds_connections_open_shuts_nobody_out(web):
    bound = bind("127.0.0.1", 0)
    async with asyncio.timeout(20), serving(web.app, bound, end_streams=web.adapter.feed.close):
        held = [await asyncio.open_connection(*bound.getsockname()) for _ in range(400)]
        async with httpx.AsyncClient(base_url=url_of(bound)) as client:
            assert (await client.get("/healthz")).status_code == 200
        closed = [reader for reader, _ in held if reader.at_eof() or reader.exception()]
        assert len(closed) >= 144
        for _, writer in held:
            writer.close()


async def test_an_empty_body_in_chunks_is_answered(web):
    bound = bind("127.0.0.1", 0)
    head = (
        f"POST /api/channels/demo/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {web.key}\r\n"
    )
    sent = f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    async with asyncio.timeout(10), serving(web.app, bound, end_streams=web.adapter.feed.close):
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        writer.write(sent.encode())
        assert b" 400 " in await reader.readline()
        writer.close()


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
