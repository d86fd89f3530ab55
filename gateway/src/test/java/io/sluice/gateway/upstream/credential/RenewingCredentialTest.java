package io.sluice.gateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class RenewingCredentialTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LEAST_AGE = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong();
    private final List<CompletableFuture<Issued>> questions = new ArrayList<>();
    private final RenewingCredential source =
            new RenewingCredential("hub", Mono.defer(this::asked), LEAST_AGE, nanos::get);

    private Mono<Issued> asked() {
        CompletableFuture<Issued> question = new CompletableFuture<>();
        questions.add(question);
        return Mono.fromFuture(question);
    }

    @Test
    @DisplayName("U15: a credential is asked for once for all who wait, and then held")
    void aCredentialIsAskedForOnceForAllWhoWait() {
        List<CompletableFuture<Credential>> waiting = List.of(
                source.current().toFuture(),
                source.current().toFuture(),
                source.current().toFuture());
        assertThat(questions).hasSize(1);

        answer("first");

        assertThat(waiting).allSatisfy(one -> assertThat(one.join().password()).isEqualTo("first"));
        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(1);
    }

    @Test
    @DisplayName("U15: whoever leaves does not take the question along")
    void whoeverLeavesDoesNotTakeTheQuestionAlong() {
        source.current().subscribe().dispose();

        answer("first");

        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(1);
    }

    @Test
    @DisplayName("U18: it is renewed in the last tenth of its life, and nobody waits for that")
    void itIsRenewedInTheLastTenthOfItsLife() {
        source.current().subscribe();
        answer("first");

        pass(Duration.ofMinutes(53));
        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(1);

        pass(Duration.ofMinutes(2));
        assertThat(password()).isEqualTo("first");
        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(2);
        answer("second");
        assertThat(password()).isEqualTo("second");
    }

    @Test
    @DisplayName("U18: where there is no new one the old one is used to its end, and then there is none")
    void whereThereIsNoNewOneTheOldOneIsUsedToItsEnd() {
        source.current().subscribe();
        answer("first");
        pass(Duration.ofMinutes(55));

        assertThat(password()).isEqualTo("first");
        fail("down");
        assertThat(password()).isEqualTo("first");
        assertThat(questions).as("no storm").hasSize(2);
        pass(RenewingCredential.PAUSE);
        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(3);
        fail("still down");

        pass(Duration.ofMinutes(5));
        CompletableFuture<@Nullable Credential> late = source.current().toFuture();
        fail("down for good");
        assertThatThrownBy(late::join).hasCauseInstanceOf(UpstreamCredentialsException.class);
    }

    @Test
    @DisplayName("U18: a failure is the answer for a moment, so that no storm of questions follows")
    void aFailureIsTheAnswerForAMoment() {
        CompletableFuture<@Nullable Credential> first = source.current().toFuture();
        fail("down");
        assertThatThrownBy(first::join).hasRootCauseMessage("down");

        assertThatThrownBy(this::password).hasMessage("down");
        assertThat(questions).hasSize(1);

        pass(RenewingCredential.PAUSE);
        CompletableFuture<@Nullable Credential> second = source.current().toFuture();
        answer("second");
        assertThat(passwordOf(second)).isEqualTo("second");
    }

    @Test
    @DisplayName("U16: one that is rejected is renewed before it is used again; one that is young is not")
    void oneThatIsRejectedIsRenewedOnce() {
        source.current().subscribe();
        answer("first");

        source.reject(new Credential("robot", "first"));
        assertThat(password()).isEqualTo("first");
        assertThat(questions).hasSize(1);

        pass(LEAST_AGE);
        source.reject(new Credential("robot", "another's"));
        assertThat(password()).isEqualTo("first");
        source.reject(new Credential("robot", "first"));
        CompletableFuture<@Nullable Credential> renewed = source.current().toFuture();
        answer("second");
        assertThat(passwordOf(renewed)).isEqualTo("second");
        source.reject(new Credential("robot", "second"));
        assertThat(password()).isEqualTo("second");
        assertThat(questions).hasSize(2);
    }

    @Test
    @DisplayName("U18: one that is rejected and cannot be renewed stays")
    void oneThatIsRejectedAndCannotBeRenewedStays() {
        source.current().subscribe();
        answer("first");
        pass(LEAST_AGE);

        source.reject(new Credential("robot", "first"));
        CompletableFuture<@Nullable Credential> renewed = source.current().toFuture();
        fail("down");

        assertThat(passwordOf(renewed)).isEqualTo("first");
    }

    @Test
    @DisplayName("T20: a failure that was not foreseen is not repeated")
    void aFailureThatWasNotForeseenIsNotRepeated() {
        CompletableFuture<@Nullable Credential> first = source.current().toFuture();
        questions.getFirst().completeExceptionally(new IllegalStateException("canary"));

        assertThatThrownBy(first::join).hasRootCauseMessage("there is no credential: IllegalStateException");
    }

    @Test
    @DisplayName("U16: a request is sent once more if its credential was rejected and there is another")
    void aRequestIsSentOnceMoreWithAnotherCredential() {
        source.current().subscribe();
        answer("first");
        pass(LEAST_AGE);
        List<String> sent = new ArrayList<>();

        CompletableFuture<@Nullable String> answer = source.use(credential -> {
                    sent.add(credential.password());
                    return credential.password().equals("first")
                            ? Mono.<String>error(new UpstreamCredentialsException("no", true))
                            : Mono.just("yes");
                })
                .toFuture();
        answer("second");

        assertThat(answer.join()).isEqualTo("yes");
        assertThat(sent).containsExactly("first", "second");
    }

    private String password() {
        return Objects.requireNonNull(source.current().block(LIMIT)).password();
    }

    private static String passwordOf(CompletableFuture<@Nullable Credential> answered) {
        return Objects.requireNonNull(answered.join()).password();
    }

    private void answer(String password) {
        questions.getLast().complete(Issued.endingIn(Duration.ofHours(1), new Credential("robot", password)));
    }

    private void fail(String reason) {
        questions.getLast().completeExceptionally(new UpstreamCredentialsException(reason));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
