package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A desktop of its own: X server, window manager, and a hand that moves the pointer. */
final class VirtualDesktop implements AutoCloseable {
  private static final List<String> TOOLS =
      List.of("Xvfb", "openbox", "dbus-run-session", "xdotool", "pcmanfm", "import");
  private static final long PATIENCE_SECONDS = 60;

  private final Path logs;
  private final List<Process> started = new ArrayList<>();
  private final String display;

  VirtualDesktop(Path logs) throws IOException {
    this.logs = logs;
    Process server =
        start(
            new ProcessBuilder(
                "Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"));
    // The server picks a free number itself and says which: no two of them collide.
    try (BufferedReader number = server.inputReader()) {
      display = ":" + number.readLine();
    }
    startOnDisplay("openbox", Map.of(), "dbus-run-session", "--", "openbox");
  }

  /** Which of the programs that this needs are not here. */
  static List<String> missingTools() {
    String[] path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
    return TOOLS.stream()
        .filter(
            tool -> Stream.of(path).noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
        .toList();
  }

  /** Starts a program on this desktop; its output goes to a file of that name. */
  Process startOnDisplay(String name, Map<String, String> environment, String... command)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().put("DISPLAY", display);
    builder.environment().putAll(environment);
    return start(builder);
  }

  /** Waits until a window of that name is seen. */
  String window(String name) throws IOException, InterruptedException {
    List<String> ids =
        List.of(xdotool("search", "--sync", "--onlyvisible", "--name", name).split("\n", -1));
    return ids.stream().filter(id -> !id.isBlank()).reduce((_, last) -> last).orElseThrow();
  }

  /** Puts a window somewhere. */
  void place(String window, int x, int y, int width, int height)
      throws IOException, InterruptedException {
    xdotool(
        "windowmove",
        window,
        text(x),
        text(y),
        "windowsize",
        "--sync",
        window,
        text(width),
        text(height),
        "windowactivate",
        "--sync",
        window);
  }

  /** Takes what lies at one point and drops it at another, at the pace of a hand. */
  void drag(int fromX, int fromY, int toX, int toY) throws IOException, InterruptedException {
    List<String> moves = new ArrayList<>();
    moves.addAll(List.of("mousemove", text(fromX), text(fromY), "sleep", "0.3"));
    moves.addAll(List.of("mousedown", "1", "sleep", "0.3"));
    int steps = 25;
    for (int i = 1; i <= steps; i++) {
      int x = fromX + (toX - fromX) * i / steps;
      int y = fromY + (toY - fromY) * i / steps;
      moves.addAll(List.of("mousemove", text(x), text(y), "sleep", "0.03"));
    }
    // Targets only answer to motion over themselves.
    moves.addAll(List.of("mousemove_relative", "3", "3", "sleep", "0.3"));
    moves.addAll(List.of("mousemove_relative", "--", "-3", "-3", "sleep", "0.6", "mouseup", "1"));
    xdotool(moves.toArray(String[]::new));
  }

  /** Presses a key in a window. */
  void key(String window, String name) throws IOException, InterruptedException {
    xdotool("windowactivate", "--sync", window, "key", name);
  }

  /** Keeps a picture of everything, where the program for it is there. */
  void picture(Path file) throws IOException, InterruptedException {
    Process process =
        startOnDisplay("picture", Map.of(), "import", "-window", "root", file.toString());
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private String xdotool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("xdotool"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(logs, "xdotool", ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().put("DISPLAY", display);
    Process process = start(builder);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(command.toString()).isTrue();
    return Files.readString(output);
  }

  private static String text(int number) {
    return Integer.toString(number);
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  @Override
  public void close() {
    for (Process process : started.reversed()) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
