package io.sluice.cache.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A script in Lua. It is named by its hash, and sent whole to a server that does not know it. */
final class Script {

    private final byte[] source;
    private final String hash;

    Script(String source) {
        this.source = source.getBytes(StandardCharsets.US_ASCII);
        this.hash = sha1(this.source);
    }

    /** By SHA-1, because that is how Redis names scripts. */
    private static String sha1(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Runs it on the server that has the key. */
    <T> CompletionStage<T> run(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            ScriptOutputType type,
            String key,
            byte[]... arguments) {
        byte[][] keys = {RedisKeys.bytes(key)};
        return commands.<T>evalsha(hash, type, keys, arguments)
                .exceptionallyCompose(failure -> isUnknown(failure)
                        ? commands.<T>eval(source, type, keys, arguments)
                        : CompletableFuture.failedStage(failure));
    }

    private static boolean isUnknown(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }
}
