# The Next.js frontend on a server of one's own, instead of Vercel. It is built
# in the frontend's repository (tripsage/tripsage-ai), with this file:
#
#   docker buildx build -f ../infrastructure/deploy/frontend.Dockerfile \
#     --build-arg NEXT_PUBLIC_API_URL=https://api.example.com … frontend
#
# What it expects of the folder "frontend" there:
#   - next.config has output: "standalone", so that the server needs no node_modules;
#   - package.json names its pnpm ("packageManager"), and pnpm-lock.yaml is committed;
#   - there is a folder public, and GET /api/health answers 200 when the server works;
#   - .dockerignore leaves out node_modules, .next and every .env file.
#
# Run it read-only, with memory for what Next.js caches and writes:
#   docker run --read-only --tmpfs /app/.next/cache:uid=65532,gid=65532 --tmpfs /tmp \
#     --cap-drop ALL --security-opt no-new-privileges -p 3000:3000 IMAGE

# On the platform that it is for: Next.js brings native modules along.
FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /src
ENV NEXT_TELEMETRY_DISABLED=1 COREPACK_ENABLE_DOWNLOAD_PROMPT=0
COPY package.json pnpm-lock.yaml ./
RUN --mount=type=cache,target=/cache \
    corepack enable && pnpm install --frozen-lockfile --store-dir /cache
COPY . .
# Browsers get these, so they are fixed when the pages are built, and none is a
# secret. The stack's file has the same values for Vercel. What the server alone
# reads (NEXTAUTH_URL, NEXTAUTH_SECRET, SENTRY_DSN) it is given when it starts.
ARG NEXT_PUBLIC_API_URL
ARG NEXT_PUBLIC_ENVIRONMENT=production
ARG NEXT_PUBLIC_SUPABASE_URL
# hadolint ignore=DL3064
ARG NEXT_PUBLIC_SUPABASE_ANON_KEY
# hadolint ignore=DL3064
ARG NEXT_PUBLIC_GOOGLE_MAPS_API_KEY
ARG NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY
ARG NEXT_PUBLIC_VERCEL_ANALYTICS_ID
RUN pnpm build

# Node.js and what it links with: no shell, no package manager.
FROM gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a
WORKDIR /app
# Owned by root: the server cannot change its own code.
COPY --from=build /src/.next/standalone ./
COPY --from=build /src/.next/static ./.next/static
COPY --from=build /src/public ./public
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="frontend" \
      org.opencontainers.image.description="The TripSage frontend" \
      org.opencontainers.image.vendor="TripSage" \
      org.opencontainers.image.source="https://github.com/tripsage/tripsage-ai" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.version="${VERSION}"
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000
EXPOSE 3000
USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/api/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["server.js"]
