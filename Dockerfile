# The images. `sandbox` is where agents act: tools, a user without rights, no
# secret. `app` is Orion itself. BASE may be an image made on this machine by
# scripts/base-image.sh.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS sandbox
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      bash ca-certificates git libnss-myhostname make procps python3 python3-pytest python3-venv ripgrep \
      postgresql-common \
 && sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# A shell that its own user may run but not read: the kernel then lets no other
# process of that user look into it, so a command cannot reach its descriptors.
RUN groupadd --gid 65532 sandbox \
 && useradd --uid 65532 --gid 65532 --home-dir /home/sandbox --create-home --shell /bin/bash sandbox \
 && install -d -o 65532 -g 65532 -m 0700 /workspace \
 && install -d -m 0755 /deps /usr/local/lib/orion \
 && install -m 0711 /bin/bash /usr/local/lib/orion/shell
# Where the network is disabled the engine leaves /etc/hosts empty; localhost
# then comes from libnss-myhostname, and the label says that it does.
LABEL orion.localhost=1
# An empty cluster to copy: migrations are proven on a scratch PostgreSQL inside.
RUN install -d -o 65532 -g 65532 /usr/local/lib/orion/cluster
WORKDIR /workspace
USER 65532:65532
RUN /usr/lib/postgresql/*/bin/initdb --pgdata=/usr/local/lib/orion/cluster --username=postgres --auth=trust \
      --encoding=UTF8 --locale=C --no-sync --wal-segsize=1 >/dev/null
CMD ["sleep", "infinity"]

# The same with a compiler, which only some repositories need: built with
# PACKAGES=golang-go (0.7 GB more) or PACKAGES=cargo (1 GB more) on first use.
FROM sandbox AS sandbox-with
ARG PACKAGES
USER root
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES} \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
USER 65532:65532

FROM ${BASE} AS app
ENV NODE_ENV=production
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && groupadd --gid 65532 orion \
 && useradd --uid 65532 --gid 65532 --home-dir /home/orion --create-home orion \
 && { getent group 1000 || groupadd --gid 1000 secret-files; } \
 && usermod --append --groups 1000 orion \
 && install -d -o 65532 -g 65532 /app
WORKDIR /app
# without a group, so that the user's further ones count: group 1000 reads Render's secret files
USER 65532
COPY --chown=65532:65532 package.json package-lock.json ./
COPY --chown=65532:65532 scripts/generate.ts ./scripts/
COPY --chown=65532:65532 prisma ./prisma
COPY --chown=65532:65532 prisma.config.ts ./
RUN NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm ci --omit=dev \
 && npm cache clean --force
COPY --chown=65532:65532 src ./src
# what the sandboxes' image is built from, on the engine
COPY --chown=65532:65532 Dockerfile ./
# compiled once, so that a new release is ready sooner
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node --input-type=module --eval 'await import("/app/src/main.ts")'
# what GitHub is asked for when the App is registered, and what the doctor expects
COPY --chown=65532:65532 app.yml ./
CMD ["node", "src/main.ts"]
