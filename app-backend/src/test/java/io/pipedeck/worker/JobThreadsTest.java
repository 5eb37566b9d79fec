package io.pipedeck.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 256})
  void whateverIsStartedRunsAtOnceOnADaemonThread(int slots) throws Exception {
    var together = new CyclicBarrier(40);
    Callable<Thread> task =
        () -> {
          together.await(20, TimeUnit.SECONDS);
          return Thread.currentThread();
        };

    try (ExecutorService threads = JobThreads.of(slots)) {
      List<Future<Thread>> all = Stream.generate(() -> threads.submit(task)).limit(40).toList();

      for (Future<Thread> one : all) {
        assertThat(one.get().isDaemon()).isTrue();
        assertThat(one.get().isVirtual()).isEqualTo(slots == 256);
      }
    }
  }

  @Test
  void aThreadThatWasInterruptedServesTheNextJobWithoutIt() throws Exception {
    try (ExecutorService threads = JobThreads.of(1)) {
      for (int i = 0; i < 20; i++) {
        assertThat(
                threads
                    .submit(
                        () -> {
                          boolean before = Thread.currentThread().isInterrupted();
                          Thread.currentThread().interrupt();
                          return before;
                        })
                    .get())
            .isFalse();
      }
    }
  }
}
