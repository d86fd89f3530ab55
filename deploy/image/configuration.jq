# The configuration of the image: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
{
  created: $created,
  architecture: $architecture,
  os: "linux",
  config: {
    User: $user,
    ExposedPorts: {"8080/tcp": {}, "8081/tcp": {}},
    Env: [
      "PATH=/opt/java/bin",
      "LANG=C.UTF-8",
      "JDK_JAVA_OPTIONS=-Xms256m -Xmx256m -XX:MaxDirectMemorySize=128m",
      "SPRING_CONFIG_ADDITIONALLOCATION=file:/etc/sluice/",
      "SLUICE_CACHE_DIRECTORY=/var/lib/sluice/cache"
    ],
    Entrypoint: ["/opt/java/bin/java", "@/opt/sluice/jvm.options", "-jar", "/opt/sluice/sluice.jar"],
    WorkingDir: "/var/lib/sluice",
    Volumes: {"/var/lib/sluice": {}},
    StopSignal: "SIGTERM",
    # Not of the specification: Docker and podman know it. In nanoseconds.
    Healthcheck: {
      Test: ["CMD", "/opt/java/bin/java", "@/opt/sluice/ready.options"],
      Interval: 15000000000,
      Timeout: 5000000000,
      StartPeriod: 60000000000,
      Retries: 3
    },
    Labels: ({
      "org.opencontainers.image.title": "Sluice",
      "org.opencontainers.image.description": "A pull-through gateway for container registries",
      "org.opencontainers.image.version": $version,
      "org.opencontainers.image.created": $created
    } + if $revision == "" then {} else {"org.opencontainers.image.revision": $revision} end)
  },
  rootfs: {type: "layers", diff_ids: $ids},
  history: [
    {created: $created, comment: "C library, Java runtime, configuration"},
    {created: $created, comment: "libraries"},
    {created: $created, comment: "the gateway"},
    {created: $created, comment: "what its Java has learnt in a training run"}
  ] | .[:$ids | length]
}
