# One image for every role; ATEAMS_ROLE says which. Nothing is written but /data and /tmp.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Embedded stand-ins and the pinned Node are for development: the image has its own Node, and its
# database, queue and memory are services.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production ATEAMS_HOME=/data HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY drizzle drizzle
COPY commands commands
COPY system-messages system-messages
COPY src src
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 3000
CMD ["node", "--require", "./src/require-node.cjs", "src/main.ts"]
