# The image of Rampart. Targets: `rampart` (the default), and `node`, which also runs npx servers.
#   docker build -t rampart .
#   docker build -t rampart:node --target node .
# BINARY and NODE name the stages that the program and Node come from. The defaults make them here; `prebuilt` and
# `prebuilt-node` take what script/image-test put into build/image.
ARG BASE=debian:12-slim
ARG BINARY=build
ARG NODE=npm

# --- the program, from the sources; nothing of this stage is in the image but /out -----------------------------------
FROM ${BASE} AS build
WORKDIR /src
COPY script script
RUN script/setup
COPY . .
ENV CCACHE_DIR=/var/cache/ccache
RUN --mount=type=cache,target=/var/cache/ccache script/build release \
    && script/lib/image-parts build/release/rampart /out

FROM scratch AS prebuilt
COPY build/image/out /out

# --- Node, from npm's package of it ----------------------------------------------------------------------------------
FROM ${BASE} AS npm
RUN apt-get update && apt-get install -y --no-install-recommends npm ca-certificates
COPY script/lib/image-node /usr/local/bin/image-node
RUN image-node /out/node

FROM scratch AS prebuilt-node
COPY build/image/node /out/node

# Names for what was chosen above.
FROM ${BINARY} AS program
FROM ${NODE} AS node-files

# --- what both images share ------------------------------------------------------------------------------------------
FROM ${BASE} AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Rampart" \
      org.opencontainers.image.description="Puts any MCP server into production" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# The shared libraries come from packages, so that a rebuild brings their security updates. Of the set-user-id programs
# of the base none is needed. The list is copied, not mounted: buildah would keep the old layer when it changes.
COPY --from=program /out/packages /mnt/packages
RUN apt-get update \
    && xargs -a /mnt/packages apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /mnt/packages \
    && find / -xdev -perm /6000 -type f -exec chmod a-s {} + \
    && useradd --uid 1000 --create-home --shell /usr/sbin/nologin mcpuser
COPY --from=program /out/rampart /usr/local/bin/rampart

# A number, because Kubernetes' runAsNonRoot does not read names: mcpuser.
USER 1000:1000
WORKDIR /home/mcpuser
# Inside a container loopback reaches nobody; what is published, and to whom, is the engine's setting. In production
# Rampart does not start there without keys, or without being told that something in front knows the callers.
ENV ENVIRONMENT=production \
    RAMPART_SERVER_BIND=0.0.0.0 \
    RAMPART_METRICS_BIND=0.0.0.0
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
ENTRYPOINT ["rampart"]
CMD ["serve"]

# --- the image with Node: `wrap -- npx -y PACKAGE` -------------------------------------------------------------------
FROM runtime AS node
COPY --from=node-files /out/node /opt/node
# npx writes to ~/.npm, to be mounted as a tmpfs with exec; the rest of the image may be read-only. The directory is
# there with this mode because a tmpfs that is mounted again after a restart may take the mode of what is below.
USER root
RUN install -d -m 1777 /home/mcpuser/.npm
USER 1000:1000
ENV PATH=/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=5s CMD ["rampart", "health"]

# --- the image -------------------------------------------------------------------------------------------------------
# In each image's own stage, because buildah 1.28 does not inherit it: liveness. Whether it is ready is asked with
# `rampart health --ready`.
FROM runtime AS rampart
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=5s CMD ["rampart", "health"]
