package io.sluice.e2e;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what becomes of a test class whose programs are absent. */
final class ProgramsArePresent implements ExecutionCondition {

    private static final String STRICT = "e2e.strict";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String absent = context.getTestClass()
                .flatMap(type -> AnnotationSupport.findAnnotation(type, Needs.class))
                .map(ProgramsArePresent::absentOf)
                .orElse("");
        if (absent.isEmpty()) {
            return ConditionEvaluationResult.enabled("every program is installed");
        }
        if (Boolean.getBoolean(STRICT)) {
            throw new IllegalStateException(absent + ", and " + STRICT + " forbids to skip what needs it");
        }
        return ConditionEvaluationResult.disabled(absent);
    }

    private static String absentOf(Needs needs) {
        return Arrays.stream(needs.value())
                .filter(program -> program.find().isEmpty())
                .map(Program::absence)
                .collect(Collectors.joining(", "));
    }
}
