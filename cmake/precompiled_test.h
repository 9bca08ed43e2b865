// As precompiled.h, for the test programs: what nearly every test includes beside
// the headers of its room.
#pragma once
#include "precompiled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
