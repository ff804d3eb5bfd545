# One image for the API and the worker: `apps/api/src/main.ts` and `apps/worker/src/main.ts`.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /betrace
COPY . .
# Ends by building the console (package.json, "prepare").
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund

FROM node:20.20.2-bookworm-slim AS production
WORKDIR /betrace
COPY . .
# Source maps and type declarations are a third of what is installed, and nothing reads them at run time.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund -w apps/api -w apps/worker --include-workspace-root \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

# Node's own image would bring npm, yarn and headers: 100 MB that only help an intruder.
FROM debian:bookworm-20260824-slim
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /betrace
COPY --from=production /betrace/node_modules node_modules
COPY --from=production /betrace/package.json /betrace/LICENSE ./
COPY --from=production /betrace/packages packages
COPY --from=production /betrace/apps apps
COPY --from=build /betrace/apps/console/dist apps/console/dist
ENV NODE_ENV=production HOST=0.0.0.0 WORKER_HOST=0.0.0.0 WORKER_PORT=9464
# Everything above belongs to root: the process can change nothing of it.
USER 10001:10001
EXPOSE 8080 9464
# Collected in time: without a limit of its own the heap grows to half a gigabyte before Node looks.
ENTRYPOINT ["node", "--max-old-space-size=512", "--import", "tsx"]
CMD ["apps/api/src/main.ts"]
