package io.sluice.credentials.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An API of a cloud on this machine, with one answer for everything. */
final class FakeCloud implements AutoCloseable {

    /** What was asked. */
    record Question(String path, String target, String authorization, String body) {}

    private final HttpServer server;
    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;
    private volatile String answer = "{}";

    FakeCloud() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::serve);
        server.start();
    }

    void answers(int status, String answer) {
        this.status = status;
        this.answer = answer;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    Queue<Question> questions() {
        return questions;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        questions.add(new Question(
                exchange.getRequestURI().getPath(),
                header(exchange, "X-Amz-Target"),
                header(exchange, "Authorization"),
                body));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
