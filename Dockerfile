# One image for web, worker, dispatcher, scheduler and migrations; docker-compose.yml says which.
FROM python:3.11-slim-trixie AS packages
RUN pip install --no-cache-dir uv
WORKDIR /build
COPY pyproject.toml requirements.lock ./
# The lock pins each package to its digests; the extra keeps test tools out.
RUN uv venv /opt/hallmark \
    && VIRTUAL_ENV=/opt/hallmark uv pip install --no-cache --only-binary :all: \
        --constraint requirements.lock --requirement pyproject.toml --extra server

FROM python:3.11-slim-trixie
ENV PATH=/opt/hallmark/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles
RUN groupadd --gid 10001 hallmark \
    && useradd --uid 10001 --gid hallmark --no-create-home --shell /usr/sbin/nologin hallmark \
    && install --directory --owner hallmark --group hallmark --mode 0750 /evidence
COPY --from=packages /opt/hallmark /opt/hallmark
WORKDIR /app
COPY . .
# Production settings want every value; these live for one command and reach no layer.
RUN HALLMARK_MODE=production \
    HALLMARK_SECRET_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") \
    PUBLIC_URL=https://build.invalid ALLOWED_HOSTS=build.invalid EVIDENCE_DIR=/evidence \
    DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid/0 \
    python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
