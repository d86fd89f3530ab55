package io.sluice.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

    @ParameterizedTest
    @CsvSource({
        "redis://redis.example, redis://redis.example:6379",
        "rediss://redis.example:7000/3, rediss://redis.example:7000/3",
        "redis://[::1]:7000, redis://[::1]:7000",
        "'redis-sentinel://a,b:7000/1#mymaster', 'redis-sentinel://a:26379,b:7000/1#mymaster'",
        "'rediss-cluster://a,b:7000', 'rediss-cluster://a:6379,b:7000'",
        "redis://user:s3cret@redis.example/, redis://redis.example:6379"
    })
    @DisplayName("T20: a URL is printed without user and password")
    void aUrlIsPrintedWithoutUserAndPassword(String written, String printed) {
        assertThat(RedisUrl.parse(written)).hasToString(printed);
    }

    @Test
    void userAndPasswordAreDecoded() {
        RedisUrl url = RedisUrl.parse("redis://us%40er:pa%3A%2F+%25@redis.example");

        assertThat(url.user()).isEqualTo("us@er");
        assertThat(url.password()).isEqualTo("pa:/+%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://s3cret@redis.example", "redis://:s3cret@redis.example"})
    void aLoneNameIsAPassword(String written) {
        RedisUrl url = RedisUrl.parse(written);

        assertThat(url.user()).isNull();
        assertThat(url.password()).isEqualTo("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "http://s3cret@redis.example",
                "redis://",
                "redis://s3cret@redis.example:0",
                "redis://s3cret@redis.example:65536",
                "redis://s3cret@one,two",
                "redis://s3cret@redis.example/x",
                "redis://s3cret@redis.example#mymaster",
                "redis://s3cret@redis.example?timeout=1s",
                "redis-sentinel://s3cret@redis.example",
                "redis-cluster://s3cret@redis.example/1",
                "redis://us%zzer:s3cret@redis.example"
            })
    @DisplayName("T20: what is no URL of a Redis is refused without repeating it")
    void whatIsNoUrlIsRefusedWithoutRepeatingIt(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUrl.parse(written))
                .withMessageNotContaining("s3cret")
                .withMessageContaining("Redis");
    }
}
