/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of a GPIO line, as in Linux, include/dt-bindings/gpio/gpio.h. */
#define GPIO_ACTIVE_HIGH 0
#define GPIO_ACTIVE_LOW 1
