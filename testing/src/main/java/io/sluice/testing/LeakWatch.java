package io.sluice.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Makes Netty's leak detectors and gathers what they report. */
final class LeakWatch extends ResourceLeakDetectorFactory {

    private static final int COLLECTIONS = 10;
    private static final long MILLIS_PER_COLLECTION = 500;

    private static final Queue<Detector<?>> DETECTORS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    private LeakWatch() {}

    /** Watches every kind of resource whose class is loaded from now on. */
    static void install() {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new LeakWatch());
    }

    @Override
    @SuppressWarnings("deprecation") // abstract still, though deprecated: there is no other to override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        Detector<T> detector = new Detector<>(resource, samplingInterval);
        DETECTORS.add(detector);
        return detector;
    }

    /** Every leak so far, those too that only a garbage collection brings to light; each is told once. */
    static List<String> leaks() {
        // References are queued in the order of collections: behind the second one all of the first are there.
        collectGarbage();
        collectGarbage();
        DETECTORS.forEach(Detector::report);
        List<String> leaks = List.copyOf(LEAKS);
        LEAKS.clear();
        return leaks;
    }

    /** Returns when an object that was garbage before the call has been collected, or after a limit. */
    private static void collectGarbage() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> garbage = new PhantomReference<>(new Object(), collected);
        try {
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
                if (collected.remove(MILLIS_PER_COLLECTION) != null) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(garbage);
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {

        Detector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        /** Tracking a resource, any resource, makes a detector look at what was lost since the last one. */
        @SuppressWarnings("unchecked") // a detector never uses what it tracks as a T
        void report() {
            T probe = (T) new Object();
            @Nullable ResourceLeakTracker<T> tracker = track(probe);
            if (tracker != null) {
                tracker.close(probe);
            }
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            LEAKS.add(resourceType + ".release() was not called before it was garbage-collected." + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.add(resourceType + ".release() was not called before it was garbage-collected.");
        }
    }
}
