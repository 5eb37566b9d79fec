package io.pipedeck.ui;

import com.sun.glass.ui.Timer;
import com.sun.javafx.tk.Toolkit;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Stops JavaFX's pulse while nothing is to be drawn. JavaFX asks its timer to pause after a quarter
 * of a second without anything to do, and to go on with the next change; the timers of its GTK and
 * headless platforms ignore both and wake the processor sixty times a second for ever. This puts a
 * timer in their place that does what it is asked.
 *
 * <p>It reaches into JavaFX's internals. Where they are not as expected nothing is changed, and
 * JavaFX goes on as usual.
 */
final class QuietPulse {
  private static final Logger LOG = Logger.getLogger(QuietPulse.class.getName());

  private QuietPulse() {}

  /**
   * Puts the timer in place; on the UI thread, once JavaFX runs.
   *
   * @return whether the pulse pauses from now on by this class's doing
   */
  static boolean install() {
    try {
      return PausingTimer.replaceIn(Toolkit.getToolkit(), PausingTimer::new);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.log(Level.FINE, "JavaFX is not as expected; its pulse goes on while idle", e);
      return false;
    }
  }

  /** A timer that stops the platform's own one for as long as it is paused. */
  static class PausingTimer extends Timer {
    /** Those that ignore a pause; macOS's and Windows's don't. */
    private static final Set<String> IGNORING =
        Set.of("com.sun.glass.ui.gtk.GtkTimer", "com.sun.glass.ui.headless.HeadlessTimer");

    private static final long STARTED = 1;

    private final Timer platform;
    private final int periodMillis;

    PausingTimer(Timer platform, int periodMillis) {
      super(() -> {}); // What is to run, the platform's timer knows.
      this.platform = platform;
      this.periodMillis = periodMillis;
    }

    static boolean replaceIn(Object toolkit, BiFunction<Timer, Integer, Timer> by)
        throws ReflectiveOperationException {
      Field field = field(toolkit, "pulseTimer");
      int periodMillis = field(toolkit, "PULSE_INTERVAL").getInt(toolkit);
      // JavaFX pauses and resumes under this lock, on whatever thread something changes.
      synchronized (toolkit) {
        var platform = (Timer) field.get(toolkit);
        if (platform == null || !IGNORING.contains(platform.getClass().getName())) {
          return false;
        }
        Timer pausing = by.apply(platform, periodMillis);
        pausing.start(periodMillis);
        field.set(toolkit, pausing);
        return true;
      }
    }

    private static Field field(Object toolkit, String name) throws NoSuchFieldException {
      Field field = toolkit.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    @Override
    protected long _start(Runnable runnable) {
      throw new IllegalStateException("JavaFX starts its timer with a period on this platform");
    }

    @Override
    protected long _start(Runnable runnable, int period) {
      platform.start(period);
      return STARTED;
    }

    @Override
    protected void _stop(long timer) {
      platform.stop();
    }

    @Override
    protected void _pause(long timer) {
      platform.stop();
    }

    /** Called at each change, so mostly while it runs. */
    @Override
    protected void _resume(long timer) {
      if (!platform.isRunning()) {
        platform.start(periodMillis);
      }
    }
  }
}
