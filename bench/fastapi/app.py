"""The three endpoints that the benchmark compares, in the stack of the strategy document:
FastAPI on gunicorn with uvicorn workers, asyncpg, redis-py and PyJWT, all from Debian packages.

It does per request what the Go API does: checks the token, takes on the user's role and claims in
a transaction so that row level security holds, and keeps search results in the cache for 300 s.
Where the two differ it is to this one's advantage: it has no rate limit, metrics, traces or request
log, and it reads the embeddings of the benchmark's queries from a file instead of computing them.

Environment: DATABASE_URL, DRAGONFLY_URL, JWT_SECRET, EMBEDDINGS (a JSON file, text to numbers).
"""

import hashlib
import json
import os

import asyncpg
import jwt
import redis.asyncio as redis
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

SEARCH_TTL = 300
CLAIMS = (
    "select set_config('role', 'authenticated', true),"
    " set_config('request.jwt.claims', $1, true),"
    " set_config('hnsw.iterative_scan', 'strict_order', true),"
    " set_config('hnsw.ef_search', '100', true)"
)
TRIP = """select id, user_id::text, name, destination, start_date, end_date, notes, budget_cents,
    currency, version, created_at, updated_at from trips where id = $1"""
MEMORIES = """select id, content, metadata, created_at, 1 - (embedding <=> $1::extensions.vector) as similarity
    from memories where user_id = (select auth.uid()) and model = $3
    order by embedding <=> $1::extensions.vector limit $2"""
DESTINATIONS = """select id, name, country, country_code, description, tags, latitude, longitude,
    daily_cost_cents, ts_rank(search, query) as score
    from destinations, websearch_to_tsquery('english', $1) query
    where search @@ query order by score desc, popularity desc, id limit $2"""

app = FastAPI()


@app.on_event("startup")
async def connect():
    app.state.database = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=12)
    app.state.cache = redis.from_url(os.environ["DRAGONFLY_URL"])
    app.state.secret = os.environ["JWT_SECRET"]
    app.state.model = os.environ["EMBEDDING_MODEL"]
    with open(os.environ["EMBEDDINGS"], encoding="utf-8") as file:
        app.state.embeddings = {
            text: "[" + ",".join(map(repr, numbers)) + "]" for text, numbers in json.load(file).items()
        }


async def user(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401)
    try:
        claims = jwt.decode(token, request.app.state.secret, algorithms=["HS256"], audience="authenticated")
    except jwt.InvalidTokenError as fault:
        raise HTTPException(401) from fault
    return json.dumps(claims)


@app.get("/trips/{trip}")
async def read_trip(trip: int, claims: str = Depends(user)):
    async with app.state.database.acquire() as connection, connection.transaction():
        await connection.execute(CLAIMS, claims)
        row = await connection.fetchrow(TRIP, trip)
    if row is None:
        raise HTTPException(404)
    return dict(row)


@app.get("/search/destinations")
async def search(q: str = "", limit: int = 20, claims: str = Depends(user)):
    key = "search:" + hashlib.sha256(f"{limit}:{q}".encode()).hexdigest()
    kept = await app.state.cache.get(key)
    if kept is None:
        async with app.state.database.acquire() as connection, connection.transaction():
            await connection.execute(CLAIMS, claims)
            rows = await connection.fetch(DESTINATIONS, q, limit)
        kept = json.dumps({"items": [dict(row) for row in rows]}).encode()
        await app.state.cache.set(key, kept, ex=SEARCH_TTL)
    return Response(kept, media_type="application/json")


class MemoryQuery(BaseModel):
    query: str = Field(min_length=1, max_length=2000)
    limit: int = Field(10, ge=1, le=50)


@app.post("/memory/search")
async def memories(asked: MemoryQuery, claims: str = Depends(user)):
    vector = app.state.embeddings[asked.query]
    async with app.state.database.acquire() as connection, connection.transaction():
        await connection.execute(CLAIMS, claims)
        rows = await connection.fetch(MEMORIES, vector, asked.limit, app.state.model)
    return {"items": [dict(row) for row in rows]}


@app.get("/health")
async def health():
    return {"status": "up"}
