"""The Sun and the four giant planets, moved by gravity.

Takes N steps of a symplectic integrator and prints the energy of the system before and after. The energy should hardly
change; its last digits depend on every step. Units are astronomical units, years and solar masses.
"""

from math import pi, sqrt

N = 100_000

DT = 0.01
SOLAR_MASS = 4.0 * pi * pi
DAYS = 365.24

# One entry a body: Sun, Jupiter, Saturn, Uranus, Neptune.
x = [0.0, 4.841431442464721, 8.34336671824458, 12.894369562139131, 15.379697114850917]
y = [0.0, -1.1603200440274284, 4.124798564124305, -15.111151401698631, -25.919314609987964]
z = [0.0, -0.10362204447112311, -0.4035234171143214, -0.22330757889265573, 0.17925877295037118]
vx = [
    0.0,
    0.001660076642744037 * DAYS,
    -0.002767425107268624 * DAYS,
    0.002964601375647616 * DAYS,
    0.0026806777249038932 * DAYS,
]
vy = [
    0.0,
    0.007699011184197404 * DAYS,
    0.004998528012349172 * DAYS,
    0.0023784717395948095 * DAYS,
    0.001628241700382423 * DAYS,
]
vz = [
    0.0,
    -0.0000690460016972063 * DAYS,
    0.0000230417297573763 * DAYS,
    -0.000029658956854023756 * DAYS,
    -0.00009515922545197159 * DAYS,
]
mass = [
    SOLAR_MASS,
    0.0009547919384243266 * SOLAR_MASS,
    0.0002858859806661308 * SOLAR_MASS,
    0.00004366244043351563 * SOLAR_MASS,
    0.000051513890204661145 * SOLAR_MASS,
]


def stop_drift():
    """Give the Sun the momentum that brings the total to nothing."""
    px = py = pz = 0.0
    for i in range(len(mass)):
        px += vx[i] * mass[i]
        py += vy[i] * mass[i]
        pz += vz[i] * mass[i]
    vx[0] = -px / SOLAR_MASS
    vy[0] = -py / SOLAR_MASS
    vz[0] = -pz / SOLAR_MASS


def energy():
    """Return the kinetic and potential energy of all bodies together."""
    total = 0.0
    for i in range(len(mass)):
        total += 0.5 * mass[i] * (vx[i] ** 2 + vy[i] ** 2 + vz[i] ** 2)
        for j in range(i + 1, len(mass)):
            dx = x[i] - x[j]
            dy = y[i] - y[j]
            dz = z[i] - z[j]
            total -= mass[i] * mass[j] / sqrt(dx * dx + dy * dy + dz * dz)
    return total


def advance(steps, dt):
    """Move all bodies by `steps` steps of `dt` years."""
    count = len(mass)
    for _ in range(steps):
        for i in range(count):
            for j in range(i + 1, count):
                dx = x[i] - x[j]
                dy = y[i] - y[j]
                dz = z[i] - z[j]
                square = dx * dx + dy * dy + dz * dz
                pull = dt / (square * sqrt(square))
                mi = mass[i] * pull
                mj = mass[j] * pull
                vx[i] -= dx * mj
                vy[i] -= dy * mj
                vz[i] -= dz * mj
                vx[j] += dx * mi
                vy[j] += dy * mi
                vz[j] += dz * mi
        for i in range(count):
            x[i] += dt * vx[i]
            y[i] += dt * vy[i]
            z[i] += dt * vz[i]


stop_drift()
print(f"{energy():.9f}")
advance(N, DT)
print(f"{energy():.9f}")
