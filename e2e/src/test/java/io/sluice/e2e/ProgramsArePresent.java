package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what becomes of a test class whose programs cannot be run here. */
final class ProgramsArePresent implements ExecutionCondition {

    private static final String STRICT = "e2e.strict";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String obstacles = context.getTestClass()
                .flatMap(type -> AnnotationSupport.findAnnotation(type, Needs.class))
                .map(ProgramsArePresent::obstaclesOf)
                .orElse("");
        if (obstacles.isEmpty()) {
            return ConditionEvaluationResult.enabled("every program can be run");
        }
        if (Boolean.getBoolean(STRICT)) {
            throw new IllegalStateException(obstacles + ", and " + STRICT + " forbids to skip what needs it");
        }
        return ConditionEvaluationResult.disabled(obstacles);
    }

    private static String obstaclesOf(Needs needs) {
        return Arrays.stream(needs.value())
                .map(Program::obstacle)
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
    }
}
