package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
  @TempDir Path folder;

  @Test
  void aFullFileIsSetAsideAndNeverMoreThanTwoAreKept() throws IOException {
    Path file = folder.resolve("server.log");
    var log = new ServerLog(file, 100);

    for (int i = 0; i < 1_000; i++) {
      log.add("line " + i);
    }

    assertThat(Files.readString(file)).endsWith("line 999\n");
    assertThat(Files.size(file)).isLessThanOrEqualTo(100);
    assertThat(Files.size(folder.resolve("server.log.1"))).isLessThanOrEqualTo(100);
    assertThat(Durable.entries(folder, "")).hasSize(2);
  }

  @Test
  void aLogThatCanNotBeWrittenStopsNobody() throws IOException {
    Path file = Files.createDirectory(folder.resolve("server.log"));
    var log = new ServerLog(file, 100);

    log.add("lost");
    Files.delete(file);
    log.add("kept");

    assertThat(file).hasContent("kept");
  }
}
