# ddbplan with its embedded engine: docker run --rm -v "$PWD:/work" ddbplan validate
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY ddbplan ddbplan
COPY planner planner
COPY executor executor
COPY plans plans
RUN python -m venv /opt/ddbplan && /opt/ddbplan/bin/pip install --no-cache-dir . \
    && python -m venv /opt/ministack && /opt/ministack/bin/pip install --no-cache-dir 'ministack>=1.5.33,<2' \
    # Without its bytecode the first start of every container takes seconds.
    && /opt/ddbplan/bin/python -m compileall -q /opt/ddbplan/lib

FROM python:3.13-slim
COPY --from=build /opt /opt
ENV PATH=/opt/ddbplan/bin:$PATH DDBPLAN_ENGINE=/opt/ministack/bin/ministack
RUN useradd --create-home ddbplan
USER ddbplan
WORKDIR /work
ENTRYPOINT ["ddbplan"]
CMD ["--help"]
