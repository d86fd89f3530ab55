package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The programs without which a test class cannot run. Where one is absent, or needs root, the class is skipped and says
 * which, or fails if {@code e2e.strict} is {@code true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ProgramsArePresent.class)
@interface Needs {
    Program[] value();
}
