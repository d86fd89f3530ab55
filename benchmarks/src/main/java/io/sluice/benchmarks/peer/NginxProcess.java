package io.sluice.benchmarks.peer;

import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.Program;
import io.sluice.testing.process.Requests;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * nginx as a caching proxy of one upstream. Its locks last longer than any download here: with the 5 s that are its
 * default whoever waits longer would fetch for himself.
 *
 * @see <a href="https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_lock">nginx, proxy_cache_lock</a>
 */
final class NginxProcess implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final int port = Ports.free();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BackgroundProcess process;

    private NginxProcess(Path directory, URI upstream) {
        configure(directory, upstream);
        ProcessBuilder builder = new ProcessBuilder(
                Program.NGINX.path(), "-p", directory.toString(), "-c", "nginx.conf", "-e", "error.log");
        this.process = BackgroundProcess.start(builder, directory.resolve("nginx.log"))
                .awaitReady(
                        START_LIMIT,
                        () -> Requests.get(http, uri().resolve("/v2/")).statusCode() == 200);
    }

    /** Starts it with an empty cache below the directory. */
    static NginxProcess start(Path directory, URI upstream) {
        return new NginxProcess(directory, upstream);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }

    private void configure(Path directory, URI upstream) {
        try {
            Files.createDirectories(directory.resolve("temp"));
            Files.writeString(directory.resolve("nginx.conf"), configuration(upstream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String configuration(URI upstream) {
        return """
            daemon off;
            user %s;
            pid nginx.pid;
            worker_processes auto;
            worker_rlimit_nofile 16384;
            events { worker_connections 4096; }
            http {
                access_log access.log;
                client_body_temp_path temp/body;
                proxy_temp_path temp/proxy;
                fastcgi_temp_path temp/fastcgi;
                uwsgi_temp_path temp/uwsgi;
                scgi_temp_path temp/scgi;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000;
                proxy_cache_path cache levels=1:2 keys_zone=blobs:16m max_size=40g inactive=1d use_temp_path=off;
                upstream registry { server %s; keepalive 32; }
                server {
                    listen 127.0.0.1:%d backlog=4096;
                    location = /status { stub_status; }
                    location / {
                        proxy_pass http://registry;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_cache blobs;
                        proxy_cache_valid 200 1d;
                        proxy_cache_lock on;
                        proxy_cache_lock_timeout 10m;
                        proxy_cache_lock_age 10m;
                    }
                }
            }
            """.formatted(System.getProperty("user.name"), upstream.getAuthority(), port);
    }
}
